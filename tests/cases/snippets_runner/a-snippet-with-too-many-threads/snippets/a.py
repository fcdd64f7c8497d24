import threading
import time

for _ in range(9):
    threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
time.sleep(5)
