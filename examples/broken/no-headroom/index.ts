import { deploy, runtime, service } from "../fixture";

// Two nodes have 8 GPUs each: the service starts, and takes them all.
deploy(runtime(), service({ gpus: 8, replicas: 2 }));
