/** What a client pastes into a site or a program. `origin` is this installation's address. */
export interface SnippetFacts {
  origin: string
  clientId: string
  /** A question worth asking, for the examples. */
  question: string
}

/** The script tag: the only thing a website needs. */
export const scriptTag = ({ origin, clientId }: SnippetFacts) =>
  `<script src="${origin}/widget.js" data-company-id="${clientId}" async></script>`

/** Inside single quotes of a POSIX shell. */
const shell = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`

export const curlLine = ({ origin, question }: SnippetFacts) =>
  `curl ${origin}/api/chat \\
  -H "X-API-Key: $PARLEY_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${shell(JSON.stringify({ message: question }))}`

export const nodeSnippet = ({ origin, question }: SnippetFacts) =>
  `const reply = await fetch('${origin}/api/chat', {
  method: 'POST',
  headers: {
    'X-API-Key': process.env.PARLEY_KEY,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({ message: ${JSON.stringify(question)} }),
})
if (!reply.ok) throw new Error((await reply.json()).detail)
const { response, sources, session_id } = await reply.json()
console.log(response)`

export const pythonSnippet = ({ origin, question }: SnippetFacts) =>
  `import json, os, urllib.request

request = urllib.request.Request(
    "${origin}/api/chat",
    data=json.dumps({"message": ${JSON.stringify(question)}}).encode(),
    headers={
        "X-API-Key": os.environ["PARLEY_KEY"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as reply:
    answer = json.load(reply)
print(answer["response"])`
