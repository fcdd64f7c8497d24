# /// script
# dependencies = ["pywin32>=1; sys_platform == 'win32'", "click[extra]>=8"]
# ///
x = 1
