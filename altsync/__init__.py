"""altsync: alt text for every image of a Drupal site. Importing this package imports
nothing else."""
