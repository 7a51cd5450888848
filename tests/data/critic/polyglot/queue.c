#include <stdio.h>
#include <stdlib.h>

typedef struct node {
    int value;
    struct node *next;
} node_t;

static node_t *push(node_t *head, int value) {
    node_t *made = malloc(sizeof *made);
    if (made == NULL) {
        return head;
    }
    *made = (node_t){.value = value, .next = head};
    return made;
}

int main(void) {
    node_t *head = NULL;
    for (int i = 0; i < 3; i++) {
        head = push(head, i * 2);
    }
    while (head != NULL) {
        node_t *next = head->next;
        printf("%d\n", head->value);
        free(head);
        head = next;
    }
    return 0;
}
