print("<script>*x*</script> [[y]] $z$ --8<-- \"a.py\"")
