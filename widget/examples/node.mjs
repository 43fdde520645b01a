const reply = await fetch('https://parley.example/api/chat', {
  method: 'POST',
  headers: { 'X-API-Key': process.env.PARLEY_KEY, 'Content-Type': 'application/json' },
  body: JSON.stringify({ message: process.argv[2] ?? 'When are you open?' }),
})
const answer = await reply.json()
if (!reply.ok) throw new Error(answer.detail)
console.log(answer.response)
for (const source of answer.sources) console.log('–', source.title ?? source.category, source.url ?? '')
