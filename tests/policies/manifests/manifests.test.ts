import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDocuments } from "../../../policies/manifests/documents";
import { readExceptions } from "../../../policies/manifests/exceptions";
import { readManifests, type Manifests } from "../../../policies/manifests/files";
import { describeProblem } from "../../../policies/manifests/problem";

describe("documents of a text", () => {
  const cases: [name: string, text: string, contents: unknown[]][] = [
    ["a comment before the first document", "# licence\n---\na: 1\n", [{ a: 1 }]],
    [
      "several documents, empty ones left out",
      "a: 1\n---\n# nothing\n---\nb: 2\n--- # last\nc: 3",
      [{ a: 1 }, { b: 2 }, { c: 3 }],
    ],
    ["content on the line of the marker", "--- {a: 1}\n--- [2]", [{ a: 1 }, [2]]],
    ["dashes inside a value", "text: |\n  a\n  ---\n  b\n", [{ text: "a\n---\nb\n" }]],
    ["a document end and a directive", "%YAML 1.2\n---\na: 1\n...\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
    ["Windows line ends and a byte order mark", "\uFEFFa: 1\r\n---\r\nb: 2\r\n", [{ a: 1 }, { b: 2 }]],
    ["JSON indented by tabs", '{\n\t"a": [\n\t\t1\n\t]\n}', [{ a: [1] }]],
    [
      "anchors and merge keys",
      "base: &base {a: 1}\nmore: {<<: *base, b: 2}",
      [{ base: { a: 1 }, more: { a: 1, b: 2 } }],
    ],
    ["yes and no as kubectl reads them", "a: yes\nb: off\nc: 'yes'", [{ a: true, b: false, c: "yes" }]],
    ["a date as text", "expires: 2026-12-31", [{ expires: "2026-12-31" }]],
    ["the template variables of KServe", "a: --served-model-name={{.Name}}", [{ a: "--served-model-name={{.Name}}" }]],
    ["nothing", "", []],
  ];
  for (const [name, text, contents] of cases) {
    it(`reads ${name}`, () => {
      const { documents, problems } = readDocuments(text, "f.yaml");
      assert.deepEqual(problems, []);
      assert.deepEqual(
        documents.map(({ content }) => content),
        contents,
      );
    });
  }

  it("knows number and line of each document", () => {
    const { documents } = readDocuments("a: 1\n---\n# comment\nb: 2\n---\nc: 3\n", "f.yaml");
    assert.deepEqual(
      documents.map(({ document, line }) => [document, line]),
      [
        [1, 1],
        [2, 2],
        [3, 5],
      ],
    );
  });

  it("reports every broken document with its line, and still reads the others", () => {
    const { documents, problems } = readDocuments("a: 1\n---\nb: [1\n---\nc: 3\n---\nd: 1\nd: 2\n", "f.yaml");
    assert.deepEqual(
      documents.map(({ content }) => content),
      [{ a: 1 }, { c: 3 }],
    );
    assert.deepEqual(problems.map(describeProblem), [
      "f.yaml:3:6: document 2: not valid YAML or JSON: unexpected end of the stream within a flow collection",
      "f.yaml:8:1: document 4: not valid YAML or JSON: duplicated mapping key",
    ]);
  });

  const secret = (data: string) => `apiVersion: v1\nkind: Secret\nstringData:\n${data}`;
  const mistakes: [name: string, text: string, at: string, reason: string][] = [
    ["a quote that is not closed", secret('  token: "hunter2\n  user: me\n'), "5:3", "deficient indentation"],
    [
      "a quote that is not closed, at the end",
      secret('  token: "hunter2'),
      "4:18",
      "unexpected end of the stream within a double quoted scalar",
    ],
    [
      "an apostrophe that is not closed",
      secret("  token: 'hunter2"),
      "4:18",
      "unexpected end of the stream within a single quoted scalar",
    ],
    ["an apostrophe within", secret("  token: 'hunter2's'\n"), "4:19", "bad indentation of a mapping entry"],
    ["a tab", secret("  user: me\n\ttoken: hunter2\n"), "5:1", "tab characters must not be used in indentation"],
    ["a key given twice", secret("  token: a\n  token: hunter2\n"), "5:3", "duplicated mapping key"],
    ["a value for a key, twice", secret("  hunter2: a\n  hunter2: b\n"), "5:3", "duplicated mapping key"],
    ["a stray colon", secret("  token: hunter2: x\n"), "4:17", "bad indentation of a mapping entry"],
    ["an alias", secret("  token: *hunter2\n"), "4:11", "unidentified alias"],
    ["an alias with more behind", secret("  token: *hunter2 hunter2\n"), "4:19", "bad indentation of a mapping entry"],
    ["a tag", secret("  token: !hunter2 x\n"), "4:10", "unknown scalar tag"],
    ["a tag of a list", secret("  token: !hunter2 [x]\n"), "4:10", "unknown sequence tag"],
    ["a tag of a mapping", secret("  token: !hunter2 {a: b}\n"), "4:10", "unknown mapping tag"],
    ["a tag with a handle", secret("  token: !hunter2!x y\n"), "4:20", "undeclared tag handle"],
    ["a tag of odd characters", secret("  token: !hunter2^> x\n"), "4:20", "tag name cannot contain such characters"],
    ["a tag that does not suit", secret("  token: !!int hunter2\n"), "4:10", "cannot resolve a node with explicit tag"],
    ["a value that is a tag of JSON", secret("  token: !<hunter2> x\n"), "4:10", "unknown scalar tag"],
    ["a reserved character", secret("  token: @hunter2\n"), "4:10", "bad indentation of a mapping entry"],
    ["a percent sign", "%hunter2\n", "1:9", "directives end mark is expected"],
    [
      "a directive",
      "%TAG !hunter2! x\n%TAG !hunter2! x\n---\na: 1\n",
      "3:1",
      "there is a previously declared suffix for tag handle",
    ],
    ["an escape", secret('  token: "hunter2\\q"\n'), "4:19", "unknown escape sequence"],
    ["a bracket that is not closed", secret("  token: [hunter2\n"), "4:18", "deficient indentation"],
    ["a brace that is not closed", secret("  token: {a: hunter2\n"), "4:21", "deficient indentation"],
    [
      "a line that is indented less",
      secret("  token:\n    a: b\n   hunter2: c\n"),
      "6:4",
      "bad indentation of a mapping entry",
    ],
    ["a line that is no entry", secret("  user: me\n  hunter2\n"), "5:10", "expected ':' after a mapping key"],
    [
      "a merge of no mapping",
      secret("  <<: hunter2\n"),
      "4:3",
      "cannot merge mappings; the provided source object is unacceptable",
    ],
    ["a block's header", secret("  token: |hunter2\n    x\n"), "4:11", "a line break is expected"],
    ["a control character", secret("  token: hunter2\u0001\n"), "4:17", "the stream contains non-printable characters"],
    ["a null byte", secret("  token: hunter2\u0000\n"), "4:17", "null byte is not allowed in input"],
    [
      "JSON without a comma",
      '{\n  "a": 1\n  "token": "hunter2"\n}',
      "3:10",
      "missed comma between flow collection entries",
    ],
    [
      "JSON without a quote",
      '{\n  "token": "hunter2,\n  "b": 1\n}',
      "3:4",
      "missed comma between flow collection entries",
    ],
    ["JSON with a key twice", '{"token": "a", "token": "hunter2"}', "1:17", "duplicated mapping key"],
    ["JSON that is cut", '{"token": "hunter2"', "1:20", "unexpected end of the stream within a flow collection"],
    [
      "a template",
      'token: "hunter2 {{ .Values.x }}"\n',
      "1:17",
      "a template, not a manifest; render it first: helm template <chart> | model-serving lint -",
    ],
    [
      "a template that is no YAML",
      "{{ if x }}\ntoken: hunter2\n",
      "1:1",
      "a template, not a manifest; render it first: helm template <chart> | model-serving lint -",
    ],
  ];
  for (const [name, text, at, reason] of mistakes) {
    it(`tells of ${name} where and why, and quotes nothing`, () => {
      const { documents, problems } = readDocuments(text, "s.yaml");
      assert.deepEqual(problems.map(describeProblem), [
        `s.yaml:${at}: ${name.startsWith("a template") ? "" : "not valid YAML or JSON: "}${reason}`,
      ]);
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
      assert.deepEqual(documents, []);
    });
  }

  const templates: [name: string, text: string, line: number][] = [
    ["control structures", "kind: A\n{{- if .Values.on }}\na: 1\n{{- end }}\n", 2],
    ["bare values", "a: 1\nb: {{ .Values.b }}\n", 2],
    ["quoted values, though they are valid YAML", 'a: 1\nb: "{{ .Release.Name }}"\n', 2],
    ["helpers", 'a: 1\n{{ include "chart.labels" . }}\n', 2],
  ];
  for (const [name, text, line] of templates) {
    it(`recognises a Helm template by its ${name} and says how to render it`, () => {
      const { documents, problems } = readDocuments(text, "t.yaml");
      assert.deepEqual(documents, []);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]!.line, line);
      assert.match(problems[0]!.problem, /^a template, not a manifest; .*helm template/);
    });
  }
});

describe("files and folders of manifests", () => {
  const object = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "manifests-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  function names({ documents }: Manifests): string[] {
    return documents.map(({ content }) => (content as { metadata: { name: string } }).metadata.name);
  }

  function texts(problems: Manifests["problems"]): string[] {
    return problems.map((problem) => describeProblem(problem).replaceAll(`${folder}/`, ""));
  }

  it("walks folders in alphabetical order, and only manifests in them", () => {
    write({
      "b.yml": object("b"),
      "a/z.yaml": object("z"),
      "c.json": '{"apiVersion":"v1","kind":"List","metadata":{"name":"c"}}',
    });
    write({ "notes.txt": "a: [", ".git/x.yaml": "a: [", "node_modules/y.yaml": "a: [" });
    const read = readManifests([folder]);
    assert.deepEqual(names(read), ["z", "b", "c"]);
    assert.deepEqual([read.problems, read.notes], [[], []]);
  });

  it("reads a file once, however often it is reached", () => {
    write({ "a.yaml": object("a") });
    symlinkSync(join(folder, "a.yaml"), join(folder, "b.yaml"));
    assert.deepEqual(names(readManifests([folder, join(folder, "a.yaml"), folder])), ["a"]);
  });

  it("does not follow links to folders, which may lead back", () => {
    write({ "a/a.yaml": object("a") });
    symlinkSync(folder, join(folder, "a/loop"));
    assert.deepEqual(names(readManifests([folder])), ["a"]);
  });

  it("skips with a note what is no Kubernetes object in a folder, and refuses it when it was named", () => {
    write({ "values.yaml": "replicas: 1\n", "a.yaml": object("a") });
    const found = readManifests([folder]);
    assert.deepEqual(names(found), ["a"]);
    assert.deepEqual(texts(found.notes), [
      "values.yaml:1: skipped: no Kubernetes object, it has no apiVersion and kind",
    ]);
    assert.deepEqual(found.problems, []);
    const named = readManifests([join(folder, "values.yaml")]);
    assert.deepEqual(texts(named.problems), ["values.yaml:1: no Kubernetes object, it has no apiVersion and kind"]);
  });

  it("says how to judge what a kustomization makes", () => {
    write({
      "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
    });
    const { documents, notes, problems } = readManifests([join(folder, "kustomization.yaml")]);
    assert.deepEqual([documents, problems], [[], []]);
    assert.match(notes[0]!.problem, /kubectl kustomize/);
  });

  it("reports everything that cannot be read, at once and by name", () => {
    write({ "granite.yaml": object("a"), "empty.yaml": "# nothing\n", "sub/readme.md": "" });
    writeFileSync(join(folder, "binary.yaml"), Buffer.from([0xff, 0xfe, 0x00]));
    const paths = ["granit.yaml", "nowhere/x.yaml", "empty.yaml", "sub", "binary.yaml"].map((path) =>
      join(folder, path),
    );
    assert.deepEqual(
      texts(readManifests(paths).problems).map((text) => text.replace(/; did you mean .*\//, "; did you mean ")),
      [
        "granit.yaml: there is no such file or folder; did you mean granite.yaml?",
        "nowhere/x.yaml: there is no such file or folder",
        "empty.yaml: holds no document; expected Kubernetes objects in YAML or JSON",
        `${join(folder, "sub")}: holds no .yaml, .yml or .json file`.replaceAll(`${folder}/`, ""),
        "binary.yaml: not text in UTF-8; expected YAML or JSON",
      ],
    );
  });
});

describe("exceptions file", () => {
  let file: string;

  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), "exceptions-")), "exceptions.yaml");
  });

  afterEach(() => {
    rmSync(dirname(file), { recursive: true });
  });

  function read(text: string) {
    writeFileSync(file, text);
    return readExceptions(file);
  }

  const valid =
    "- {rule: expose/no-second-route, resource: Route/models/*, reason: migration, owner: web, expires: 2999-12-31}\n";

  it("reads a list", () => {
    assert.deepEqual(read(valid), {
      exceptions: [
        {
          rule: "expose/no-second-route",
          resource: "Route/models/*",
          reason: "migration",
          owner: "web",
          expires: "2999-12-31",
        },
      ],
      problems: [],
    });
  });

  it("reports every mistake of every entry", () => {
    const { problems } = read(
      `${valid}- {rule: expose/no-second-rout, resource: a, reason: b, owner: c, expires: tomorrow}\n` +
        "- {rule: expose/no-second-route, resource: a, reasn: b, owner: 7, expires: 2999-12-31}\n- text\n",
    );
    assert.deepEqual(
      problems.map(({ problem }) => problem),
      [
        "[1]: expires must be a date like 2026-12-31",
        '[1]: there is no rule "expose/no-second-rout"; did you mean "expose/no-second-route"?',
        "[2].reason: is missing",
        "[2].owner: expected text, found 7",
        '[2]: unknown field "reasn"; did you mean "reason"?',
        "[3]: expected an exception with the fields rule, resource, reason, owner, expires",
      ],
    );
  });

  it("hides no mistake of a field behind one of another", () => {
    const { problems } = read("- {rule: expose/no-second-rout, resource: ' ', reason: 7, expires: tomorrow}\n");
    assert.deepEqual(
      problems.map(({ problem }) => problem),
      [
        "[0].reason: expected text, found 7",
        "[0].owner: is missing",
        "[0]: resource is empty",
        "[0]: expires must be a date like 2026-12-31",
        '[0]: there is no rule "expose/no-second-rout"; did you mean "expose/no-second-route"?',
      ],
    );
  });

  it("names a file that is not there", () => {
    const { problems } = readExceptions(`${file}.old`);
    assert.match(describeProblem(problems[0]!), /exceptions\.yaml\.old: cannot be read: ENOENT/);
  });
});
