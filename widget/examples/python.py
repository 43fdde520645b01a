import json
import os
import sys
import urllib.error
import urllib.request

question = sys.argv[1] if len(sys.argv) > 1 else "When are you open?"
request = urllib.request.Request(
    "https://parley.example/api/chat",
    data=json.dumps({"message": question}).encode(),
    headers={"X-API-Key": os.environ["PARLEY_KEY"], "Content-Type": "application/json"},
)
try:
    with urllib.request.urlopen(request, timeout=30) as reply:
        answer = json.load(reply)
except urllib.error.HTTPError as error:
    sys.exit(json.load(error)["detail"])
print(answer["response"])
for source in answer["sources"]:
    print("–", source.get("title") or source["category"], source.get("url", ""))
