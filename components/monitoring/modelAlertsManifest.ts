import type { PrometheusRule } from "../../sdk/kubernetes/monitoring";
import { MONITORING_V1 } from "../../sdk/kubernetes/monitoring";
import { ownership } from "../../sdk/kubernetes/ownership";
import { alertingRules } from "../../sdk/monitoring/alerts";
import type { ModelAlertsSpec } from "../../sdk/spec/monitoring/modelAlerts";

/**
 * The alerts on one service, as one group.
 *
 * @requirement MO-17, BP-20
 */
export function modelAlertsManifest(alerts: ModelAlertsSpec): PrometheusRule {
  const { inferenceServiceName: service, modelName, namespace } = alerts;
  const rules = alertingRules({
    engine: alerts.engine,
    release: alerts.engineVersion,
    namespace,
    service,
    ...(modelName === undefined ? {} : { modelName }),
    thresholds: alerts.thresholds ?? {},
    gpus: alerts.gpus,
    disabled: alerts.disabled ?? [],
    runbookUrl: alerts.runbookUrl,
  });
  return {
    apiVersion: MONITORING_V1,
    kind: "PrometheusRule",
    metadata: { name: alerts.name, namespace, labels: { ...alerts.labels, ...ownership(service) } },
    spec: { groups: [{ name: `model-serving.${service}`, rules }] },
  };
}
