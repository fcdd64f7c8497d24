// --8<-- [start:part]
let x;
// --8<-- [end:part]
