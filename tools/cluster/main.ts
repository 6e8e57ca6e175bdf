import { clusterDown, clusterUp } from "./cluster";
const [, , command, dir = ".cluster"] = process.argv;
const t = Date.now();
(command === "down" ? clusterDown(dir) : clusterUp(dir, console.log)).then((c) => {
  console.log(c, Date.now() - t);
}, console.error);
