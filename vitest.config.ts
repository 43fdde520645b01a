import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { jsx: { importSource: 'preact', runtime: 'automatic' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine; a test that passes does not wait for the whole of it.
    expect: { poll: { timeout: 20_000 } },
    // A browser on a busy machine is late now and then; on CI a test may say so once. A second failure is a failure.
    retry: process.env.CI ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    allowOnly: false,
  },
} as Parameters<typeof defineConfig>[0])
