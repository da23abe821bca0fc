export { lines, removeFromDocker } from "../../tools/lib/docker-cleanup";
