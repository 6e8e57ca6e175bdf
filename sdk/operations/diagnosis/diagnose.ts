/** From the objects of a cluster, and what servers printed, to what is wrong. */
import { seen } from "../seen";
import { diagnoseDevices } from "./devices";
import type { Diagnosis } from "./finding";
import { diagnoseLog } from "./logs";
import { diagnosePods } from "./pods";
import { diagnoseRoutes } from "./routes";
import { diagnoseScaling } from "./scaling";
import { diagnoseServices } from "./services";

/**
 * Everything that objects and logs show to be wrong, from the model's own words to the hardware below it.
 *
 * @param values objects as `kubectl get -o yaml` prints them, Lists included: services, pods, events, nodes, ReplicaSets,
 * Routes, Services and autoscalers; what is not given is not judged
 * @param logs what containers printed
 * @requirement TR-1, TR-2, TR-3, TR-4, TR-5, TR-8, TR-16
 */
export function diagnose(values: readonly unknown[], logs: readonly string[] = []): Diagnosis[] {
  const objects = seen(values);
  const found = [
    ...logs.flatMap(diagnoseLog),
    ...diagnoseServices(objects),
    ...diagnosePods(objects),
    ...diagnoseRoutes(objects),
    ...diagnoseScaling(objects),
    ...diagnoseDevices(objects),
  ];
  const key = ({ subject, cause }: Diagnosis): string => `${subject}\n${cause}`;
  return [...new Map(found.toReversed().map((one) => [key(one), one])).values()].toReversed();
}
