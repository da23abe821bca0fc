export { waitFor, type WaitOptions } from "../../tools/lib/wait";
