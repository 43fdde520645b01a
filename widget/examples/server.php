<?php
/** Asks the bot; returns the reply of POST /api/chat. Throws with the server's sentence when it refuses. */
function parley_ask(string $question, ?string $session_id = null): array
{
    $body = ['message' => $question];
    if ($session_id !== null) {
        $body['session_id'] = $session_id;
    }
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => "Content-Type: application/json\r\nX-API-Key: " . getenv('PARLEY_KEY'),
        'content' => json_encode($body),
        'ignore_errors' => true,
        'timeout' => 30,
    ]]);
    $text = file_get_contents('https://parley.example/api/chat', false, $context);
    if ($text === false) {
        throw new RuntimeException('The server could not be reached.');
    }
    $reply = json_decode($text, true);
    if (!isset($reply['response'])) {
        throw new RuntimeException($reply['detail'] ?? 'The server did not answer.');
    }
    return $reply;
}

$reply = parley_ask($argv[1] ?? 'When are you open?');
echo $reply['response'], "\n";
foreach ($reply['sources'] as $source) {
    echo '– ', $source['title'] ?? $source['category'], ' ', $source['url'] ?? '', "\n";
}
