"""The warehouse file and its schema `raw`: loaded, pruned, rebuilt, never written by anything else."""
