import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { acceleratorsPage } from "../../tools/docs/acceleratorsPage";
import { repositoryPath } from "../../tools/repository";

const written = readFileSync(repositoryPath("docs", "accelerators.md"), "utf8");

/** The text below a heading, up to the next one of the same rank. */
function section(heading: string): string {
  const start = written.indexOf(`\n${heading}\n`);
  assert.ok(start >= 0, heading);
  const rank = heading.split(" ")[0] ?? "";
  const end = written.indexOf(`\n${rank} `, start + heading.length);
  return written.slice(start, end < 0 ? undefined : end);
}

describe("page of the accelerators", () => {
  it("has a row for each kind of hardware, operator and chart of the catalogue", () => {
    const page = acceleratorsPage(written);
    for (const row of [
      "| NVIDIA GPU | `nvidia.com/gpu` | `gpu-operator-certified` | `vllm-cuda-runtime` | cuda |",
      "| `gke` | node image | operator |",
      "| `amd-gpu-operator` | `openshift-amd-gpu` | all | `alpha` | certified-operators |",
      "| `node-feature-discovery` | oci://registry.k8s.io/nfd/charts | `0.19.0` | `node-feature-discovery` |",
      "technology-preview: 2.25; technology-preview: 3.4",
    ])
      assert.ok(page.includes(row), row);
  });

  /** @covers AC-8 */
  it("tells Gaudi's validated configurations and where its maker's guide is", () => {
    const gaudi = section("### Intel Gaudi");
    assert.match(gaudi, /`Llama-3\.3-70B-Instruct`\s*\| 2, 4, 8/);
    assert.match(gaudi, /"not checked"/);
    assert.match(gaudi, /https:\/\/docs\.vllm\.ai\/projects\/gaudi\//);
    assert.match(gaudi, /VLLM_SKIP_WARMUP/);
  });

  /** @covers AC-13 */
  it("says what a Technology Preview is, under a heading to link to", () => {
    assert.match(section("### Technology Preview"), /outside Red Hat's production service levels.*incomplete/s);
  });

  /** @covers PL-13 */
  it("says of every prerequisite who brings it", () => {
    const table = section("## Prerequisites");
    for (const needed of ["rights", "nodes with accelerators", "`kubectl` or `oc`", "a namespace", "NVIDIA's"])
      assert.match(table, new RegExp(`\\| ${needed === "rights" ? "a cluster, and rights" : needed}`), needed);
  });
});
