"""How the tests make warehouses and compare them with the reference."""
