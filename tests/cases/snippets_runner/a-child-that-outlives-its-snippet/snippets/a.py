import subprocess

subprocess.Popen(["sleep", "30"])
