"""push: Plan -> site. What is sent is the plan that was shown, each change only while
the site still says what its approver saw.

A PATCH is journalled before it is sent and settled after it; what a crash left open is
settled by reading the site. `stage` goes through the plan, `sender` does one entity,
`settling` says what became of it where no answer does.
"""

from altsync.push.settling import Recovered, by_hand, recover
from altsync.push.stage import Push, Pushed, nothing_to_do

__all__ = ["Push", "Pushed", "Recovered", "by_hand", "nothing_to_do", "recover"]
