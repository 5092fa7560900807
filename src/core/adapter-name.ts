import type { Arithmetic, GpuAdapterInfo, Tier } from './protocol.ts';

/** What people call a GPU adapter; a software adapter is named as one. */
export function adapterName({ description, device, vendor, software }: GpuAdapterInfo): string {
  // On NVIDIA with Vulkan the description is the driver's version ("NVIDIA: 580.159.04 ..."); the device is the card.
  const isDriver = /^\w+: [\d.]+/.test(description);
  const name = (isDriver ? device : description) || device || description || vendor || 'unnamed GPU adapter';
  return software ? `${name} (software)` : name;
}

/** What people read of the kernels that models run in there. */
export function tierText({ tier, arithmetic }: { tier: Tier; arithmetic: Arithmetic }): string {
  return tier === 'fast' ? `fast tier: ${arithmetic}` : 'portable tier: f32';
}
