/** The embedded cluster by hand: `node dist/tools/cluster/main.js up | down | status [folder]`. */
import { Command } from "commander";
import pc from "picocolors";
import { EMBEDDED } from "../up/place";
import { clusterDown, clusterStatus, clusterUp } from "./cluster";

const DEFAULT_DIR = EMBEDDED;

const program = new Command("cluster").description("a Kubernetes control plane with KServe and simulated nodes");

program
  .command("up")
  .description("start it, or what is missing of it")
  .argument("[dir]", "state folder", DEFAULT_DIR)
  .action(async (dir: string) => {
    const { server, kubeconfig } = await clusterUp(dir, print);
    print(`The cluster is up at ${server}. Look at it with:\n  export KUBECONFIG=${kubeconfig}`);
  });

program
  .command("down")
  .description("end it and remove its state")
  .argument("[dir]", "state folder", DEFAULT_DIR)
  .action(async (dir: string) => {
    await clusterDown(dir, print);
    print(`No cluster runs from ${dir}`);
  });

program
  .command("status")
  .description("what runs; exit code 1 unless everything does")
  .argument("[dir]", "state folder", DEFAULT_DIR)
  .action((dir: string) => {
    const { server, components } = clusterStatus(dir);
    print(server === undefined ? `There is no cluster in ${dir}` : `API server: ${server}`);
    for (const { name, pid } of components)
      print(`  ${name}: ${pid === undefined ? "does not run" : `process ${pid}`}`);
    if (components.some(({ pid }) => pid === undefined)) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});

function print(line: string): void {
  console.log(line);
}
