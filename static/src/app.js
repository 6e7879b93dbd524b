// The one script of every page. Pages work without it; it adds what changes under the reader's eyes.
import { io } from "socket.io-client";
import "./exports.js";

export { io };
