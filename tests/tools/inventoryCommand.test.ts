import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inventoryCommand, inventoryResources } from "../../tools/docs/inventoryCommand";

/** A kubectl of a cluster with five kinds, which as the real one refuses the others; it prints what it is asked for. */
const KUBECTL = `#!/bin/sh
if [ "$1" = api-resources ]; then
  printf '%s\\n' pods nodes secrets nodepools.karpenter.sh machinesets.cluster.x-k8s.io
  exit 0
fi
for kind in $(echo "$2" | tr , ' '); do
  case $kind in
    pods | nodes | configmaps | nodepools.karpenter.sh) ;;
    *) echo "error: the server doesn't have a resource type $kind" >&2; exit 1 ;;
  esac
done
echo "asked: $*"
`;

describe("the command that writes an inventory", () => {
  const listed: [what: string, resources: string[]][] = [
    ["the nodes, and what runs on each", ["nodes", "pods", "daemonsets.apps"]],
    ["what limits a namespace", ["resourcequotas", "limitranges"]],
    ["the order of pods", ["priorityclasses.scheduling.k8s.io"]],
    ["pools", ["nodepools.karpenter.sh", "machinesets.machine.openshift.io", "nodegroups.eks.services.k8s.aws"]],
    ["runtimes", ["servingruntimes.serving.kserve.io", "clusterservingruntimes.serving.kserve.io"]],
    ["services", ["inferenceservices.serving.kserve.io", "llminferenceservices.serving.kserve.io"]],
  ];
  for (const [what, resources] of listed) {
    it(`lists ${what}`, () => {
      const lacking = resources.filter((resource) => !inventoryResources().includes(resource));
      assert.deepEqual(lacking, []);
    });
  }

  it("lists no Secret, and of the ConfigMaps only two by name", () => {
    const told = inventoryResources().filter((resource) => /^(?:secrets|configmaps)\b/.test(resource));
    assert.deepEqual(told, []);
  });

  it("asks a cluster only for the kinds that it has, and writes all of it into one file", () => {
    const folder = mkdtempSync(join(tmpdir(), "inventory-"));
    try {
      writeFileSync(join(folder, "kubectl"), KUBECTL);
      chmodSync(join(folder, "kubectl"), 0o755);
      const script = inventoryCommand().replace(/^```.*$/gm, "");
      const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
      execFileSync("sh", ["-e", "-c", script], { cwd: folder, env, stdio: "pipe" });
      assert.deepEqual(readFileSync(join(folder, "inventory.yaml"), "utf8").trim().split("\n"), [
        "asked: get pods,nodes,nodepools.karpenter.sh -A -o yaml",
        "---",
        "asked: get configmaps -A --field-selector metadata.name=inferenceservice-config -o yaml",
        "---",
        "asked: get configmaps -A --field-selector metadata.name=cluster-autoscaler-status -o yaml",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
