export { quiet } from "../../tools/lib/quiet";
