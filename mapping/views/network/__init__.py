"""The pages, data and files of the network; each module has the name of its room in `mapping.network`."""
