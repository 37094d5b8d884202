"""Random streams: MT19937 and the draws torch makes from it, as ndarrays."""
