import type { TestClient } from '../support/server.ts'

/** The job once it has ended or rests. */
export async function settledJob(client: TestClient, id: string): Promise<any> {
  for (;;) {
    const { body } = await client.call('GET', `/api/jobs/${id}`)
    if (/^(?:done|failed|cancelled|paused)$/.test(body.job.state)) return body.job
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
