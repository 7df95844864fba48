// Starts the small modules; they listen on the document, so pages that are swapped in need no starting again.
import "./keys.js";
import "./palette.js";
import "./draft.js";
import "./editor.js";
import "./live.js";
