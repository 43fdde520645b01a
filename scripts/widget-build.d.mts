import type { BuildOptions } from 'esbuild'

export const browsers: string[]
export function widgetBuilds(where: { version: string; outdir: string }): BuildOptions[]
