// Starts the small modules; they listen on the document, so pages that are swapped in need no starting again.
import "./names.js"; // before the keys: while a list is open, Escape closes it and nothing else
import "./keys.js";
import "./palette.js";
import "./draft.js";
import "./editor.js";
import "./unsent.js";
import "./live.js";
import "./said.js"; // after what puts the focus somewhere itself
