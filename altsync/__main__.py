"""`python -m altsync`"""

from altsync.cli import main

main()
