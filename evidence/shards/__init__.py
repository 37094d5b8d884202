"""The losses over sharded and chunked classes: started by torchrun, and what is compared."""
