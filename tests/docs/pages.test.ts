import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../cli/program";
import { stackManifests } from "../../components/stack/stackManifests";
import { readDocuments } from "../../policies/manifests/documents";
import { admissionVerdict } from "../../sdk/admission/verdict";
import { modelcars } from "../../sdk/catalog/modelcars";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { readStackConfig } from "../../sdk/spec/stack/stackConfig";
import { servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { servingStackRules } from "../../sdk/spec/stack/servingStackRules";
import { repositoryPath } from "../../tools/repository";

const page = (path: string): string => readFileSync(repositoryPath(path), "utf8");

/** The code blocks of a language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, code = ""]) => code);
}

/** The rows of the tables below a heading, without head and rule; a bar in a cell is escaped. */
function rows(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("pages people write", () => {
  const pages = readdirSync(repositoryPath("docs"))
    .filter((name) => name.endsWith(".md") && name !== "coverage.md")
    .map((name) => `docs/${name}`);
  for (const path of pages) {
    it(`link to what there is: ${path}`, () => {
      const links = [...page(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
      for (const [link, file = "", anchor] of links) {
        const target = file === "" ? path : join(dirname(path), file);
        assert.ok(existsSync(repositoryPath(target)), `${link}: no ${target}`);
        if (anchor !== undefined && target.endsWith(".md"))
          assert.ok(anchors(target).includes(anchor), `${link}: no #${anchor}`);
      }
    });
  }

  /** @covers MC-20 */
  it("lead to the validated models, each of which has its id in their collection's organisation", () => {
    assert.match(
      page("docs/storage.md"),
      /https:\/\/huggingface\.co\/collections\/RedHatAI\/red-hat-ai-validated-models-v10/,
    );
    const listed =
      page("docs/catalog/models.md")
        .split(/^## /m)
        .find((part) => part.startsWith("RedHatAI\n")) ?? "";
    assert.ok(modelcars().length > 0);
    for (const { id } of modelcars()) {
      assert.match(id, /^RedHatAI\//);
      assert.ok(listed.includes(`\`${id.replace("RedHatAI/", "")}\``), id);
    }
  });

  /** @covers PL-9 */
  it("serve the model of the life of a model by its configuration", () => {
    const [yaml = ""] = blocks(page("docs/model-lifecycle.md"), "yaml");
    const { config } = readDocuments(yaml, "lifecycle").documents[0]?.content as { config: Record<string, unknown> };
    const values = Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const args = readStackConfig(Object.fromEntries(values) as Record<string, string>);
    const kinds = stackManifests(parseSpec(servingStackSchema, servingStackRules, args, "page")).map(
      ({ kind }) => kind,
    );
    assert.ok(["HardwareProfile", "ServingRuntime", "InferenceService"].every((kind) => kinds.includes(kind)));
  });

  /** @covers OP-24 */
  it("have a counterpart for every command of the guides", () => {
    const table = rows(page("docs/operations.md"), "Every command of the guides");
    assert.ok(table.every(([command, instead]) => command !== "" && instead !== ""));
    const commands = table.map(([command = ""]) => command).join("\n");
    const verbs = [
      "apply",
      "wait",
      "get",
      "describe",
      "patch",
      "set env",
      "delete",
      "logs",
      "port-forward",
      "run",
      "exec",
      "top",
    ];
    for (const verb of verbs) assert.match(commands, new RegExp(`kubectl ${verb}\\b`), verb);
    for (const verb of ["new-project", "process", "get"]) assert.match(commands, new RegExp(`oc ${verb}\\b`), verb);
    const kinds = [
      "route",
      "secret",
      "servingruntime",
      "inferenceservice",
      "acceleratorprofile",
      "pvc",
      "nodes",
      "hpa",
    ];
    for (const kind of kinds) assert.match(commands, new RegExp(kind), kind);
  });

  it("say of every row of the troubleshooting guide what to do", () => {
    const text = page("docs/troubleshooting.md");
    for (let row = 1; row <= 16; row++) assert.match(text, new RegExp(`^## TR-${row}: `, "m"));
  });

  it("say old words and new ones", () => {
    const old = rows(page("docs/glossary.md"), "Old words and new ones").map(([word = ""]) => word);
    for (const word of ["AcceleratorProfile", "RawDeployment", "Serverless"]) {
      assert.ok(
        old.some((cell) => cell.includes(word)),
        word,
      );
    }
  });
});

describe("page for MCP clients", () => {
  const text = page("docs/mcp.md");
  const calls = blocks(text, "json").map((code) => JSON.parse(code) as { resource?: string });
  const written = calls.flatMap(({ resource }) =>
    resource === undefined ? [] : [JSON.parse(resource) as KubernetesObject],
  );

  /** @covers MP-2 */
  it("maps the seven operations", () => {
    const operations = rows(text, "Operations and their counterparts").map(([operation]) => operation);
    assert.deepEqual(operations, ["create", "list", "get", "update", "delete", "logs", "commands"]);
  });

  /** @covers MP-3 */
  it("creates the objects of examples/mcp, which KServe admits and the rules let pass", () => {
    const files = ["runtime", "service"].map(
      (name) => JSON.parse(page(`examples/mcp/${name}.json`)) as KubernetesObject,
    );
    assert.deepEqual(written, files);
    for (const object of files) assert.equal(admissionVerdict(object).verdict, "allowed");
    const quiet = { stdout: () => undefined, stderr: () => undefined, color: false };
    assert.equal(run(["lint", repositoryPath("examples/mcp")], quiet), 0);
  });

  /** @covers MP-4 */
  it("lists services, runtimes and pods by a label of KServe, and reads the log of the server", () => {
    const others = calls.filter(({ resource }) => resource === undefined) as Record<string, string>[];
    assert.deepEqual(
      others.map(({ kind, labelSelector, container }) => [kind, labelSelector, container]),
      [
        ["InferenceService", undefined, undefined],
        ["ServingRuntime", undefined, undefined],
        ["Pod", "serving.kserve.io/inferenceservice=granite", undefined],
        [undefined, undefined, "kserve-container"],
      ],
    );
  });

  /** @covers MP-5 */
  it("lists five limits", () => {
    const limits = text.split(/^## /m).find((part) => part.startsWith("Limits"));
    assert.equal(limits?.match(/^- /gm)?.length, 5);
  });
});

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(path: string): string[] {
  return [...page(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
