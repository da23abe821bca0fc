export { freePorts } from "../../tools/lib/free-ports";
