import * as pulumi from "@pulumi/pulumi";
import type { ServingRuntimeArgs, ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { plainError, specify } from "../specification";
import { runtimeManifest } from "./runtimeManifest";

const TYPE = "model-serving:index:ServingRuntime";

/**
 * A model server which InferenceServices refer to by name: vLLM for one kind of hardware, a runtime of the catalogue, or
 * one's own.
 *
 * KServe restarts the pods of every service that uses a runtime when the runtime changes, and Pulumi waits for none of
 * them. So what belongs to one model is better said there: see `vllm` and `args` of ModelDeployment.
 *
 * @requirement RT-1, RT-3, RT-4, RT-5, PL-8
 */
export class ServingRuntime extends pulumi.ComponentResource {
  /**
   * Name that services refer to. Every service names its runtime, so the preview shows which one serves: KServe's own
   * choice would be another for ONNX, and none for MLServer.
   *
   * @requirement RT-33, RT-34, AS-10
   */
  readonly runtimeName: pulumi.Output<string>;
  /** Namespace of the runtime; empty for one of the whole cluster. */
  readonly namespace: pulumi.Output<string>;
  /** Serving image. */
  readonly image: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ServingRuntimeArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ServingRuntime ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      servingRuntimeSchema,
      [...servingRuntimeRules, defaultName(servingRuntimeSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const runtime = resolveServingRuntime(name, spec);
    settled.set(this, runtime);
    createObject(name, restoreManifest(runtimeManifest(runtime), restore), childOf(this, opts));
    this.runtimeName = pulumi.output(runtime.name);
    this.namespace = pulumi.output(restore(runtime.namespace));
    this.image = pulumi.output(restore(runtime.image));
    this.registerOutputs({ runtimeName: this.runtimeName, namespace: this.namespace, image: this.image });
  }
}

/** Kept beside the class: a private member would count as an output of the component in other languages. */
const settled = new WeakMap<ServingRuntime, ServingRuntimeSpec>();

/** What a runtime component stands for, plainly, so that those who use it can calculate at preview. */
export function specOfRuntime(runtime: ServingRuntime): ServingRuntimeSpec {
  const spec = settled.get(runtime);
  if (spec === undefined) throw plainError("runtime: expected a ServingRuntime component of this package");
  return spec;
}
