import type { PageHeat } from '../../shared/model/heat.ts'
import type { PageHeatReading } from './hypervisor.ts'

/** Sorts a VM's regions into hot, warm and cold, off the main thread. */
export interface HeatClusterer {
  cluster(vmId: string, reading: PageHeatReading): Promise<PageHeat>
  close(): Promise<void>
}
