import socket

socket.create_connection(("2001:db8::1", 9), timeout=1)
