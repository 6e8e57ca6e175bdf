import * as pulumi from "@pulumi/pulumi";
import type { ModelConnectionArgs, ModelConnectionSpec } from "../../sdk/spec/storage/modelConnection";
import { isCredential, modelConnectionRules, modelConnectionSchema } from "../../sdk/spec/storage/modelConnection";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import type { EventualManifest } from "../objects";
import { createObject, restoreManifest } from "../objects";
import type { Restore } from "../specification";
import { specify } from "../specification";
import type { SecretFrame } from "./modelConnectionManifests";
import {
  connectionData,
  connectionSecret,
  connectionServiceAccount,
  STORAGE_CONFIG,
  storageConfigSecret,
  storageEntry,
} from "./modelConnectionManifests";

const TYPE = "model-serving:index:ModelConnection";

/** What a deployment must know of the connection it is given. */
export interface ConnectionFacts {
  spec: ModelConnectionSpec;
  /** The address of a `uri` connection. */
  uri: pulumi.Input<string> | undefined;
}

const facts = new WeakMap<ModelConnection, ConnectionFacts>();

/** @returns undefined for a connection of another process */
export function factsOfConnection(connection: ModelConnection): ConnectionFacts | undefined {
  return facts.get(connection);
}

/**
 * A saved connection to an S3 store, an address, a container registry or Hugging Face: a Secret, and the
 * ServiceAccount of the pods that load from there. Any number of models of the namespace may share it.
 *
 * @requirement ST-1, ST-2, ST-4, ST-5, ST-6, ST-7, ST-8, ST-9, ST-24, ST-25, ST-26
 */
export class ModelConnection extends pulumi.ComponentResource {
  /** Name of the Secret: what models write as `source.connection`. */
  readonly secretName: pulumi.Output<string>;
  /** ServiceAccount that lists the Secret; undefined where no pod needs one. */
  readonly serviceAccountName: pulumi.Output<string | undefined>;
  /** Namespace of both. */
  readonly namespace: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelConnectionArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelConnection ${JSON.stringify(name)}`;
    const checked = specify(
      modelConnectionSchema,
      [...modelConnectionRules, defaultName(modelConnectionSchema.shape.name, name)],
      args,
      subject,
      isCredential,
    );
    const spec = { ...checked.spec, name: checked.spec.name ?? name };
    super(TYPE, name, withSecrets(args), opts);
    facts.set(this, { spec, uri: spec.uri && checked.restore(spec.uri.uri) });

    const child = childOf(this, opts);
    const known = pulumi.output(checked.restore(spec)) as pulumi.Output<ModelConnectionSpec>;
    const secret = createObject(
      name,
      withData(connectionSecret(spec), known.apply(connectionData), checked.restore),
      child,
    );
    const s3 = known.apply((connection) => connection.s3);
    if (spec.s3 !== undefined && spec.storageConfig === "create") {
      const entry = s3.apply((store): Record<string, string> =>
        store === undefined ? {} : { [spec.name]: storageEntry(store) },
      );
      createObject(`${name}-${STORAGE_CONFIG}`, withData(storageConfigSecret(spec), entry, checked.restore), child);
    }
    const hasAccount = spec.s3 !== undefined || spec.huggingFace !== undefined;
    const account = connectionServiceAccount(spec);
    if (hasAccount) {
      createObject(`${name}-sa`, restoreManifest(account, checked.restore), { ...child, dependsOn: [secret] });
    }
    this.secretName = pulumi.output(spec.name);
    this.serviceAccountName = pulumi.output(hasAccount ? account.metadata.name : undefined);
    this.namespace = pulumi.output(checked.restore(spec.namespace));
    this.registerOutputs({
      secretName: this.secretName,
      serviceAccountName: this.serviceAccountName,
      namespace: this.namespace,
    });
  }
}

/** The arguments as they are written into Pulumi's state. */
function withSecrets(args: ModelConnectionArgs): pulumi.Inputs {
  const entries = Object.entries(args).map(([kind, value]: [string, unknown]): [string, unknown] => {
    if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) return [kind, value];
    const fields = Object.entries(value).map(([field, inner]: [string, unknown]) => [
      field,
      inner !== undefined && isCredential([kind, field]) ? pulumi.secret(inner) : inner,
    ]);
    return [kind, Object.fromEntries(fields)];
  });
  return Object.fromEntries<unknown>(entries);
}

/** The Secret with its values, which stay secrets in Pulumi's state whatever they were given as. */
function withData(
  frame: SecretFrame,
  texts: pulumi.Output<Record<string, string>>,
  restore: Restore,
): EventualManifest {
  const data = texts.apply((values) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
  );
  return { ...restoreManifest(frame, restore), data: pulumi.secret(data) };
}
