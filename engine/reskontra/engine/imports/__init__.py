"""What an import must know before it writes: identities, feeds, checks of a file, the receipt."""
