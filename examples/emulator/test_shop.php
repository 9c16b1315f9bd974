<?php
// A shop's own test against the emulator. PHP 8.1 or newer with its command line and nothing else:
//
//     OPENKASSA=target/release/openkassa php examples/emulator/test_shop.php
//
// Put your own shop in the place of the part below: the emulator only needs the address of its ResultURL.
declare(strict_types=1);

const LOGIN = 'my-shop';
const PASSWORD1 = 'password1';
const PASSWORD2 = 'password2';

function signature(string ...$slots): string
{
    return md5(implode(':', $slots));
}

// The shop under test: it believes a notice only if the signature is right.
if (PHP_SAPI === 'cli-server') {
    $number = $_POST['InvId'] ?? '';
    $genuine = signature($_POST['OutSum'] ?? '', $number, PASSWORD2) === strtolower($_POST['SignatureValue'] ?? '');
    if ($genuine) {
        file_put_contents(getenv('PAID_ORDERS'), $number . "\n", FILE_APPEND | LOCK_EX);
    }
    echo $genuine ? 'OK' . $number : 'bad sign';
    return;
}

/** A port that nobody uses. */
function freePort(): int
{
    $socket = stream_socket_server('tcp://127.0.0.1:0');
    $port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
    fclose($socket);
    return $port;
}

function payment(string $url, string $number): array
{
    $query = http_build_query(['login' => LOGIN, 'inv_id' => $number]);
    return json_decode(file_get_contents("$url/emulator/payments?$query"), true, 64, JSON_THROW_ON_ERROR)[0];
}

/** Sends a buyer to the payment page, as the shop's checkout does; the payment's id. */
function start(string $url, string $number, string $sum = '100.00'): string
{
    $fields = ['MerchantLogin' => LOGIN, 'OutSum' => $sum, 'InvId' => $number];
    $fields['SignatureValue'] = signature(LOGIN, $sum, $number, PASSWORD1);
    file_get_contents("$url/Merchant/Index.aspx?" . http_build_query($fields));
    return payment($url, $number)['id'];
}

function choose(string $url, string $id, string $outcome): void
{
    $http = ['method' => 'POST', 'header' => 'Content-Type: application/json'];
    $http['content'] = json_encode(['outcome' => $outcome]);
    file_get_contents("$url/emulator/payments/$id/outcome", false, stream_context_create(['http' => $http]));
}

/** Waits until something is true of the notice. */
function notice(string $url, string $number, callable $isSo): array
{
    for ($tries = 0; $tries < 100; $tries++) {
        $notice = payment($url, $number)['notice'];
        if ($isSo($notice)) {
            return $notice;
        }
        usleep(100_000);
    }
    throw new RuntimeException("the notice of order $number is " . json_encode($notice));
}

function expect(bool $isSo, string $what): void
{
    if (!$isSo) {
        throw new RuntimeException("not so: $what");
    }
    echo "ok: $what\n";
}

$paid = tempnam(sys_get_temp_dir(), 'paid-orders-');
$port = freePort();
$nothing = ['file', '/dev/null', 'w'];
$shop = proc_open(
    [PHP_BINARY, '-S', "127.0.0.1:$port", __FILE__],
    [1 => $nothing, 2 => $nothing],
    $shopPipes,
    null,
    ['PAID_ORDERS' => $paid] + getenv()
);
$emulator = proc_open(
    [getenv('OPENKASSA') ?: 'openkassa', 'emulate', 'robokassa', '--json', '--listen', '127.0.0.1:0',
        '--result-url', "http://127.0.0.1:$port/result"],
    [1 => ['pipe', 'w'], 2 => $nothing],
    $pipes
);
$failed = false;
try {
    // The first line says where it listens, as soon as it does.
    $url = json_decode(fgets($pipes[1]), true, 8, JSON_THROW_ON_ERROR)['url'];
    $isPaid = fn (string $number): bool => in_array($number, file($paid, FILE_IGNORE_NEW_LINES), true);
    $is = fn (string $state): callable => fn (array $notice): bool => $notice['state'] === $state;

    choose($url, start($url, '1'), 'paid');
    expect(notice($url, '1', $is('accepted'))['last_answer']['body'] === 'OK1', 'the shop confirms a paid order');
    expect($isPaid('1'), 'a paid order is marked as paid');

    choose($url, start($url, '2'), 'refused');
    expect(payment($url, '2')['notice']['state'] === 'none' && !$isPaid('2'), 'a refused order is not');

    choose($url, start($url, '3'), 'bad_signature');
    notice($url, '3', $is('repeating'));
    expect(!$isPaid('3'), 'a forged notice is not believed');

    choose($url, start($url, '4'), 'notified_twice');
    $twice = notice($url, '4', fn (array $notice): bool => $notice['tries'] === 2);
    expect($twice['state'] === 'accepted', 'a notice that comes twice does no harm');
} catch (Throwable $fault) {
    fwrite(STDERR, $fault->getMessage() . "\n");
    $failed = true;
} finally {
    foreach ([$emulator, $shop] as $process) {
        proc_terminate($process);
        proc_close($process);
    }
    unlink($paid);
}
exit($failed ? 1 : 0);
