package account

// Merging is for the test that no column is forgotten.
var Merging, Ending = merging, ending
