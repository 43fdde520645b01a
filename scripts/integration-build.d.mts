export function buildIntegrations(outdir: string): void
