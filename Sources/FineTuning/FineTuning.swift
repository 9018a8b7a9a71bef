// Ways to fine-tune a pretrained model.
