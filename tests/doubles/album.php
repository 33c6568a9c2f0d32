<?php

// A stand-in for what the controller of docs/how-to/album.md uses of Drupal and Symfony, for
// `php -S`: media in a JSON file. ALBUM_CONTROLLER and ALBUM_MEDIA name the files.

namespace Symfony\Component\HttpFoundation {
  final class Bag {
    public function __construct(public array $all = []) {}
    public function get(string $name): ?string { return $this->all[strtolower($name)] ?? NULL; }
    public function add(array $more): void { $this->all = $more + $this->all; }
  }

  final class Request {
    public Bag $headers;
    public function __construct() {
      $this->headers = new Bag(array_change_key_case(getallheaders()));
    }
    public function getContent(): string { return file_get_contents('php://input'); }
  }

  final class JsonResponse {
    public Bag $headers;
    public function __construct(public array $data, public int $status = 200) { $this->headers = new Bag(); }
  }
}

namespace Symfony\Component\HttpKernel\Exception {
  abstract class Refused extends \Exception { public int $status = 0; }
  final class BadRequestHttpException extends Refused { public int $status = 400; }
  final class NotFoundHttpException extends Refused { public int $status = 404; }
  final class PreconditionFailedHttpException extends Refused { public int $status = 412; }
  final class ServiceUnavailableHttpException extends Refused { public int $status = 503; }
}

namespace Drupal\Core\Access {
  final class AccessResult {
    private function __construct(public bool $allowed) {}
    public static function allowedIf(bool $allowed): self { return new self($allowed); }
    public function setCacheMaxAge(int $age): self { return $this; }
  }
}

namespace Drupal\media {
  interface MediaInterface {}
}

namespace Stand\In {
  final class Field {
    public function __construct(private Medium $medium, private string $name) {}
    public function first(): self { return $this; }
    public function set(string $property, string $text): void { $this->medium->row[$property] = $text; }
    public function __get(string $property): ?string {
      return $this->medium->row[$this->name === 'field_caption' ? 'caption' : $property];
    }
  }

  final class Medium implements \Drupal\media\MediaInterface {
    public function __construct(public int $id, public array $row) {}
    public function get(string $name): Field { return new Field($this, $name); }
    public function hasField(string $name): bool { return $name === 'field_caption'; }
    public function label(): string { return $this->row['name']; }
    public function getRevisionId(): int { return $this->row['revision']; }
    public function getChangedTime(): int { return $this->row['changed']; }
    public function setNewRevision(): void { $this->row['revision']++; }
    public function save(): void {
      $all = Media::all();
      $all[$this->id] = $this->row;
      file_put_contents(getenv('ALBUM_MEDIA'), json_encode($all));
    }
  }

  final class Media {
    private array $wanted = [];
    public static function all(): array { return json_decode(file_get_contents(getenv('ALBUM_MEDIA')), TRUE); }
    public function getStorage(string $type): self { return $this; }
    public function getQuery(): self { return $this; }
    public function accessCheck(bool $check): self { return $this; }
    public function condition(string $field, string $value): self {
      $this->wanted[$field] = $value;
      return $this;
    }
    public function execute(): array {
      return array_keys(array_filter(self::all(), fn ($row) => array_intersect_assoc($this->wanted, $row) == $this->wanted));
    }
    public function loadUnchanged(int $id): Medium { return new Medium($id, self::all()[$id]); }
  }

  final class Lock {
    public function acquire(string $name): bool { return TRUE; }
    public function release(string $name): void {}
  }
}

namespace Drupal\Core\Controller {
  abstract class ControllerBase {
    protected function entityTypeManager(): \Stand\In\Media { return new \Stand\In\Media(); }
  }
}

namespace {
  final class Drupal {
    public static function lock(): \Stand\In\Lock { return new \Stand\In\Lock(); }
  }

  require getenv('ALBUM_CONTROLLER');

  $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
  $methods = ['get' => 'GET', 'patch' => 'PATCH'];
  $response = new Symfony\Component\HttpFoundation\JsonResponse([], 404);
  if (preg_match('#^/album/([^/]+)/([^/]+)/(get|patch)$#', $path, $found)
      && $methods[$found[3]] === $_SERVER['REQUEST_METHOD']) {
    [, $album, $image, $call] = array_map('rawurldecode', $found);
    $request = new Symfony\Component\HttpFoundation\Request();
    $controller = new Drupal\album\Controller\Album();
    $asked = $call === 'get' ? [$album, $image] : [$request, $album, $image];
    try {
      $response->status = 403;
      if ($controller->access($request)->allowed) {
        $response = $controller->$call(...$asked);
      }
    }
    catch (Symfony\Component\HttpKernel\Exception\Refused $refused) {
      $response->status = $refused->status;
    }
  }
  http_response_code($response->status);
  header('Content-Type: application/json');
  foreach ($response->headers->all as $name => $value) {
    header("$name: $value");
  }
  echo json_encode($response->data);
}
