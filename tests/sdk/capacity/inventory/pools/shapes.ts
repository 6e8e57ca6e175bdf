/** A small catalogue of machines. */
import type { MachineShape } from "../../../../../sdk/capacity/inventory/pools/machine";

export const shapes: MachineShape[] = [
  {
    name: "g6.xlarge",
    accelerator: "NVIDIA-L4",
    acceleratorCount: 1,
    vcpu: 4,
    memoryMib: 16384,
    allocatable: { cpu: "3920m", memory: "14Gi" },
  },
  {
    name: "p4de.24xlarge",
    accelerator: "NVIDIA-A100-SXM4-80GB",
    acceleratorCount: 8,
    vcpu: 96,
    memoryMib: 1179648,
    allocatable: { cpu: "95690m", memory: "1000Gi" },
  },
  { name: "ND96", accelerator: "NVIDIA-A100-SXM4-80GB", acceleratorCount: 8, vcpu: 96, memoryMib: 1000 },
];
export const findMachine = (name: string) => shapes.find((shape) => shape.name === name);
