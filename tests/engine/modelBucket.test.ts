/** Buckets of models through the real engine. AWS is played by the recording stand-in of tools/aws-plugin. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedCall } from "../../tools/aws-plugin/rpc";
import { expectSuccess, type Stack } from "../../tools/engine/stack";
import { repositoryPath } from "../../tools/repository";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "./harness";

const PROJECT = "tests/engine/programs/model-bucket";
/** Written anew with MODEL_BUCKET_GOLDEN=write. */
const GOLDEN = repositoryPath("tests", "engine", "recorded");

const REGIONS = { aws: "eu-central-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1" };

describe("ModelBucket through the engine", function () {
  this.timeout(300_000);
  let folder: string;
  let record: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "model-bucket-"));
    record = join(folder, "record");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function open(region: string, more: { config?: Record<string, string>; sameStackAs?: Stack } = {}): Promise<Stack> {
    const { config = {}, ...rest } = more;
    return testStack({
      project: PROJECT,
      config: { "aws:region": region, ...config },
      env: { AWS_STAND_IN_RECORD: record },
      ...rest,
    });
  }

  /** What AWS was asked since the last time, in an order of its own: the engine works on several resources at once. */
  function recorded(): RecordedCall[] {
    if (!existsSync(record)) return [];
    const lines = readFileSync(record, "utf8").trimEnd().split("\n");
    rmSync(record);
    const key = ({ call, type, name }: RecordedCall): string => `${type} ${name} ${call}`;
    const calls = lines.map((line) => JSON.parse(line) as RecordedCall);
    return calls.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  }

  async function takeDown(stack: Stack): Promise<void> {
    expectSuccess(await stack.run(["state", "unprotect", "--all", "--yes"]), "pulumi state unprotect");
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  }

  /** @covers ST-2 */
  for (const [partition, region] of Object.entries(REGIONS)) {
    it(`asks for the same in partition ${partition}, each ARN and address its own`, async () => {
      const stack = await open(region);
      expectSuccess(await stack.run(["preview"]), "pulumi preview");
      assert.deepEqual(recorded(), []);
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
      const calls = recorded();
      const golden = join(GOLDEN, `model-bucket.${partition}.json`);
      if (process.env.MODEL_BUCKET_GOLDEN === "write") writeFileSync(golden, `${JSON.stringify(calls, null, 2)}\n`);
      assert.deepEqual(calls, JSON.parse(readFileSync(golden, "utf8")));
      const arns = JSON.stringify(calls).match(/arn:[a-z-]+:/g) ?? [];
      assert.deepEqual([...new Set(arns)], [`arn:${partition}:`]);
      expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "second preview");
      await takeDown(stack);
      assert.deepEqual(
        recorded().map(({ call, type, name }) => [call, type, name]),
        calls.map(({ type, name }) => ["delete", type, name]),
      );
    });
  }

  it("lets pods of the one ServiceAccount list and read the one path, and nothing else", async () => {
    const stack = await open("cn-north-1");
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const calls = recorded();
    const documentOf = (type: string, key: string): unknown => {
      const call = calls.find((one) => one.type === type && one.name === "by-token-reader");
      const text = call?.inputs?.[key];
      assert.ok(typeof text === "string", `no ${key}`);
      return JSON.parse(text) as unknown;
    };
    assert.deepEqual(documentOf("aws:iam/rolePolicy:RolePolicy", "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ListModels",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws-cn:s3:::acme-models",
          Condition: { StringLike: { "s3:prefix": ["models/granite", "models/granite/*"] } },
        },
        {
          Sid: "ReadModels",
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "arn:aws-cn:s3:::acme-models/models/granite/*",
        },
      ],
    });
    const trust = documentOf("aws:iam/role:Role", "assumeRolePolicy") as {
      Statement: { Principal: { Federated: string }; Condition: { StringEquals: Record<string, string> } }[];
    };
    const { Principal, Condition } = trust.Statement[0] ?? assert.fail();
    const issuer = Principal.Federated.replace("arn:aws-cn:iam::123456789012:oidc-provider/", "");
    assert.match(issuer, /^oidc\.eks\.cn-north-1\.amazonaws\.com\.cn\/id\/[0-9A-F]{32}$/);
    assert.deepEqual(Condition.StringEquals, {
      [`${issuer}:aud`]: "sts.amazonaws.com",
      [`${issuer}:sub`]: "system:serviceaccount:buckets:by-token-reader",
    });
    await takeDown(stack);
  });

  /** @covers ST-2 */
  it("keeps the secret access key out of sight: in the state, in the record, on the terminal", async () => {
    const stack = await open("eu-central-1");
    const { stdout } = expectSuccess(await stack.run(["up", "--yes", "--skip-preview", "--diff"]), "pulumi up");
    const api = objectApi(await testCluster());
    const metadata = { name: "by-key-connection", namespace: "buckets" };
    const { data = {} } = await api.read<{ data?: Record<string, string>; metadata: typeof metadata }>({
      apiVersion: "v1",
      kind: "Secret",
      metadata,
    });
    const key = Buffer.from(data.AWS_SECRET_ACCESS_KEY ?? "", "base64").toString();
    assert.match(key, /^stand-in-secret-[0-9A-F]{16}$/);
    const state = JSON.stringify(await stack.export());
    for (const text of [state, stdout, readFileSync(record, "utf8")]) {
      assert.ok(!text.includes(key) && !text.includes(data.AWS_SECRET_ACCESS_KEY ?? ""));
    }
    await takeDown(stack);
  });

  it("deletes no bucket until somebody takes its protection away, not even for another name", async () => {
    const stack = await open("eu-central-1");
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    recorded();
    const refused = await stack.run(["destroy", "--yes", "--skip-preview"]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /is protected/);
    assert.deepEqual(
      recorded().filter(({ type }) => type === "aws:s3/bucket:Bucket"),
      [],
    );
    const renamed = await open("eu-central-1", {
      config: { "model-bucket:bucketName": "acme-other-models" },
      sameStackAs: stack,
    });
    const replacing = await renamed.run(["up", "--yes", "--skip-preview"]);
    assert.notEqual(replacing.code, 0);
    assert.match(replacing.stdout + replacing.stderr, /unable to replace resource[^]*marked for protection/);
    await takeDown(renamed);
    const gone = recorded().filter(({ call, type }) => call === "delete" && type === "aws:s3/bucket:Bucket");
    assert.equal(gone.length, 3);
  });
});
