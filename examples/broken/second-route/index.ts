import { deploy, runtime, service } from "../fixture";

const route = {
  apiVersion: "route.openshift.io/v1",
  kind: "Route",
  metadata: { name: "granite" },
  spec: {
    to: { kind: "Service", name: "granite-predictor" },
    port: { targetPort: "http" },
    tls: { termination: "edge" },
  },
};
deploy(runtime(), service(), route);
