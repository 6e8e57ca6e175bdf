import assert from "node:assert/strict";
import { addressSecrets, redactAddresses } from "../../../policies/report/addresses";
import { redactor, redactShape, sensitiveTexts } from "../../../policies/report/redaction";

describe("credentials in addresses", () => {
  const cases: [address: string, shown: string, secrets: string[]][] = [
    ["https://u:hunter2@h/x?sig=abc%3D", "https://[secret]@h/x?[secret]", ["u:hunter2", "hunter2", "sig=abc%3D"]],
    ["https://hunter2@h:8080/x", "https://[secret]@h:8080/x", []],
    ["s3://KEY:hun/ter+2@b/x?X-Amz=1&y=2", "s3://[secret]@b/x?[secret]", ["KEY:hun/ter+2", "hun/ter+2", "X-Amz=1&y=2"]],
    ["hf://user:tok@x/y", "hf://[secret]@x/y", ["user:tok", "tok"]],
    ["https://u:p@ss?w@h/x", "https://[secret]@h/x", ["u:p@ss?w", "p@ss?w"]],
    ["https://u:12345@h/x", "https://[secret]@h/x", ["u:12345", "12345"]],
    ["s3://KEY:12/hunter2@b/x", "s3://[secret]@b/x", ["KEY:12/hunter2", "12/hunter2"]],
    ["https://h:8443/x", "https://h:8443/x", []],
    ["https://h/x#access_token=a", "https://h/x#[secret]", ["access_token=a"]],
    ["oci://u:p@quay.io/m:1@sha256:0a", "oci://[secret]@quay.io/m:1@sha256:0a", ["u:p", "p"]],
    ["HTTPS://u:p@h/x", "HTTPS://[secret]@h/x", ["u:p", "p"]],
    ["oci://quay.io:5000/m/n@sha256:0a", "oci://quay.io:5000/m/n@sha256:0a", []],
    ["oci://m@sha256:0a", "oci://m@sha256:0a", []],
    ["hf://org/model@main", "hf://org/model@main", []],
    ["hf://org/model:main", "hf://org/model:main", []],
    ["pvc://claim/a@b", "pvc://claim/a@b", []],
    ["s3://bucket/path", "s3://bucket/path", []],
  ];
  for (const [address, shown, secrets] of cases) {
    it(`of ${address} are shown as ${shown}`, () => {
      assert.equal(redactAddresses(address), shown);
      assert.equal(redactAddresses(`one "${address}", two ${address} end`), `one "${shown}", two ${shown} end`);
      assert.deepEqual(addressSecrets(address), secrets);
      assert.equal(redactAddresses(shown), shown);
    });
  }

  it("are none where a sentence asks a question", () => {
    assert.equal(redactAddresses("did you mean oci://quay.io/m?"), "did you mean oci://quay.io/m?");
  });

  it("are known by the object, where the address has spaces", () => {
    const object = { kind: "InferenceService", spec: { storageUri: "https://u:hunter two@h/x?a b" } };
    const clean = redactor(sensitiveTexts([{ object, source: { from: "file", file: "a.yaml", document: 1 } }]));
    assert.equal(clean("of https://u:hunter two@h/x nothing"), "of https://[secret]@h/x nothing");
    assert.equal(clean("of https://hunter2@h/x nothing"), "of https://[secret]@h/x nothing");
  });
});

describe("what is wrong with the shape of an object", () => {
  const cases: [name: string, problem: string, shown: string][] = [
    [
      "a Secret without its value",
      'Secret a/s: stringData is "hunter2, expected none", expected a mapping',
      "Secret a/s: stringData is not as expected: a mapping",
    ],
    ["another object", "Pod a/s: spec is 7, expected a mapping", "Pod a/s: spec is 7, expected a mapping"],
    ["an address", "Pod a/s: spec is https://u:p@h", "Pod a/s: spec is https://[secret]@h"],
  ];
  for (const [name, problem, shown] of cases) {
    it(`is told of ${name}`, () => {
      assert.equal(redactShape(problem), shown);
    });
  }
});
