import * as pulumi from "@pulumi/pulumi";
import type { ServingStackArgs } from "../../sdk/spec/stack/servingStack";
import { mayBeSecretInStack, servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { servingStackRules } from "../../sdk/spec/stack/servingStackRules";
import { after, childOf } from "../children";
import { specify } from "../specification";
import { namespaceLayer, partsLayer, platformLayer } from "./layers";
import type { StackKubeAiModelOutputs, StackModelOutputs } from "./modelLayer";
import { kubeAiLayer, modelLayer, watchLayer } from "./modelLayer";

export type { StackKubeAiModelOutputs, StackModelOutputs } from "./modelLayer";

const TYPE = "model-serving:index:ServingStack";

/**
 * Everything a serving platform needs for its models, from operators to addresses and alerts, in stand-up order. Each
 * part is optional, and a component of its own that can be used alone.
 *
 * What it makes is also written down plainly, in `stackManifests.ts`; a test holds the two together.
 *
 * @requirement PK-1, PK-2, IS-29
 */
export class ServingStack extends pulumi.ComponentResource {
  /** The models by name. */
  readonly models: pulumi.Output<Record<string, StackModelOutputs>>;
  /** The models that KubeAI serves, by name. */
  readonly kubeAiModels: pulumi.Output<Record<string, StackKubeAiModelOutputs>>;

  /** @throws RunError with everything that is wrong with the arguments; nothing is created then */
  constructor(name: string, args: ServingStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ServingStack ${JSON.stringify(name)}`;
    const { spec, restore } = specify(servingStackSchema, servingStackRules, args, subject, mayBeSecretInStack);
    super(TYPE, name, withSecrets(args), opts);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows which component it fills in
    const filled = <Args extends object>(settings: object): Args => restore(settings) as Args;
    const context = { name, spec, filled, opts: childOf(this, opts) };
    const namespaces = namespaceLayer(context);
    const ready = after(context.opts, platformLayer({ ...context, opts: after(context.opts, queueNamespaces()) }));
    const next = { ...context, opts: ready };
    const parts = partsLayer(next, namespaces);
    const namespace = namespaces[0]?.metadata.name ?? pulumi.output(spec.namespace.name);
    this.models = modelLayer(next, parts, namespace);
    this.kubeAiModels = kubeAiLayer(next);
    watchLayer(next, namespaces);
    this.registerOutputs({ models: this.models, kubeAiModels: this.kubeAiModels });

    // A queue may be for the stack's own namespace.
    function queueNamespaces(): pulumi.Resource[] {
      return spec.queues === undefined ? [] : namespaces;
    }
  }
}

/** The arguments as they are written into Pulumi's state. */
function withSecrets(args: ServingStackArgs): pulumi.Inputs {
  const { connections, kubeAiModels, install } = args;
  const hasSecrets = Object.values(kubeAiModels ?? {}).some(({ secrets }) => secrets !== undefined);
  return {
    ...args,
    ...(connections === undefined ? {} : { connections: pulumi.secret(connections) }),
    ...(hasSecrets ? { kubeAiModels: pulumi.secret(kubeAiModels) } : {}),
    ...(install?.kubeAI?.secrets === undefined ? {} : { install: pulumi.secret(install) }),
  };
}
