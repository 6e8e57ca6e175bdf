import assert from "node:assert/strict";
import { effectivePod, type EffectivePod } from "../../../sdk/pod/effectivePod";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { runtime, service } from "./objects";

function fill(template: unknown): EffectivePod {
  const metadata = {
    name: "granite",
    labels: { a: "x", q: 'a"b', "b-c": "dash" },
    annotations: { m: `<a & 'b' + "c">`, bs: "a\\nb", nl: "a\nb" },
  };
  return effectivePod({ service: service({}, {}, metadata), runtime: runtime({ args: [template] }) });
}

describe("placeholders of a container", () => {
  // What Go's html/template answered to the same metadata, recorded once by a throw-away Go program.
  const filled: [string, string][] = [
    ["{{.Name}}", "granite"],
    ["--model={{ .Name }}", "--model=granite"],
    ["a {{- .Name -}} b", "agraniteb"],
    ["{{.Namespace}}-{{.Name}}", "models-granite"],
    ["{{.Labels.a}}", "x"],
    ["{{.Labels.missing}}", ""],
    ["{{.Labels.q}}", "a&#34;b"],
    ["{{.Annotations.m}}", "&lt;a &amp; &#39;b&#39; &#43; &#34;c&#34;&gt;"],
    ["{{.Annotations.bs}}", "a\nb"],
    ["{{index .Labels `b-c`}}", "dash"],
    ["{{/* c */}}z", "z"],
    ["x }} y", "x }} y"],
    ["{ {.Name} }", "{ {.Name} }"],
    ["<script>{{.Name}}</script>", "<script>granite</script>"],
    ["{{.Name}} é <b>", "granite é <b>"],
  ];
  for (const [template, expected] of filled) {
    it(`${template} become ${JSON.stringify(expected)}`, () => {
      const { main, problems } = fill(template);
      assert.deepEqual([main.args, problems], [[expected], []]);
    });
  }

  const refused: [string, RegExp][] = [
    ['{{index .Labels "a"}}', /no double quote/],
    ["{{\n.Name\n}}", /no double quote or line break/],
    ["{{ messages }}", /"messages" is no function/],
    ["{{.Name", /never closed/],
    ["{{.Name}}{{", /never closed/],
    ["{{}}", /nothing stands between/],
    ["{{.Annotations.nl}}", /line break in the value/],
    ["{{.Labels.b-c}}", /no template/],
    ["{{.Foo}}", /no template/],
    ["{{.Labels.a.b}}", /no template/],
    ["{{{.Name}}}", /no template/],
    ["{{.Labels. a}}", /no template/],
  ];
  for (const [template, reason] of refused) {
    it(`${JSON.stringify(template)} keep the service from starting`, () => {
      const { main, problems } = fill(template);
      assert.deepEqual(main.args, [template]);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? "", reason);
    });
  }

  const unknown = [
    "{{.UID}}",
    "{{if .Name}}y{{end}}",
    "{{.Name | printf `%s-x`}}",
    "{{(.Name)}}",
    "{{ $x := .Name }}{{$x}}",
  ];
  for (const template of unknown) {
    it(`${template} are unknown, for they are not computed here`, () => {
      const { main, problems } = fill(template);
      assert.deepEqual([main.args, problems], [[UNKNOWN], []]);
    });
  }
});
