// What JavaScript reads when a number needs more than 53 bits, and what Python sent.
// --8<-- [start:numbers]
const sent = '{"id": 9007199254740993, "as_text": "9007199254740993"}';
const read = JSON.parse(sent);

console.log("id      ", read.id, Number.isSafeInteger(read.id) ? "safe" : "not safe");
console.log("as_text ", BigInt(read.as_text).toString(), "exact");
console.log("and back", JSON.stringify({ id: read.id, zero: -0, missing: undefined }));
// --8<-- [end:numbers]
