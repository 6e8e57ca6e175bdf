/**
 * The pods that really run: those of {@link effectivePods} after KServe's pod webhook has added sidecars, init
 * containers and volumes to each.
 *
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/mutator.go` and the injectors beside it. Not modelled: what
 * admission plugins and other webhooks add (service account tokens, Istio, tolerations), the user that Istio's sidecar
 * gives to the initializer, LocalModelCaches. The oracle test compares every field with the real webhook.
 */
import {
  type ComponentPod,
  type EffectivePod,
  type EffectivePodInput,
  present,
  presentComponent,
  templateInput,
} from "./effectivePod";
import { deployments, predictorTemplates, type Template, type TemplateInput } from "./template/deployments";
import { field } from "./merge/traced";
import { withInjections } from "./webhook/injections";

/** The predictor's pod as it runs, of a multi-node service the head's. Never throws. */
export function admittedPod(input: EffectivePodInput): EffectivePod {
  const from = templateInput(input);
  return present(injected(predictorTemplates(from)[0], from));
}

/** The pods of every component of a service as they run. Never throws. */
export function admittedPods(input: EffectivePodInput): ComponentPod[] {
  const from = templateInput(input);
  return deployments(from).map((template) => presentComponent(injected(template, from)));
}

function injected(template: Template, { service, config, objects }: TemplateInput): Template {
  const problems = [...template.problems];
  const context = { config, objects, namespace: field(service, "metadata", "namespace"), problems };
  return { ...template, ...withInjections(template, field(service, "spec", "predictor"), context), problems };
}
