curl --fail-with-body --silent https://parley.example/api/chat \
  -H "X-API-Key: $PARLEY_KEY" \
  -H "Content-Type: application/json" \
  -d '{"message":"When are you open?"}'
